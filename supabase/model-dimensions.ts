/** A model's id or folder → how many dimensions its vectors have, without a download. */
import { obtainModel } from "../layers/model/obtain.ts";
import { isModelId, models } from "../layers/models.ts";

/** @throws what {@link obtainModel} throws of a folder */
export async function modelDimensions(model: string): Promise<number> {
  if (isModelId(model)) return models[model].dimensions;
  return (await obtainModel(model)).manifest.dimensions;
}
