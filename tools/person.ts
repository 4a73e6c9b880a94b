/** The terminal of this process → the person at it, where there is one. */
import { input, password } from "@inquirer/prompts";
import type { Person } from "./answers.ts";

/** Nothing where input or output is no terminal: what is asked there would hang, or be seen by nobody. */
export function findPerson(): Person | undefined {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined;
  return {
    askText: (message, suggestion) =>
      input({
        message,
        required: true,
        ...(suggestion === "" ? {} : { default: suggestion }),
      }),
    askSecret: (message, validate) =>
      password({ message, validate: (answer) => validate(answer) ?? true }),
  };
}
