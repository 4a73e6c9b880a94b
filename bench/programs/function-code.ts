/** All the code that the function loads beside the session's: of it the environment is measured. */
import { createEnvironment } from "../../function/environment.ts";
import { createHandlers } from "../../function/handler.ts";

export const code = { createEnvironment, createHandlers };
