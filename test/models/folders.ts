/** Where the models of the tests are. */
import { fileURLToPath } from "node:url";

export function testModelFolder(name: "tiny-embeddinggemma"): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

export function embeddedModelFolder(): string {
  return fileURLToPath(new URL("../../models/all-MiniLM-L6-v2", import.meta.url));
}
