/** The clients of the checks, as they are outside of a test. */
import { fileURLToPath } from "node:url";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { once } from "../function/once.ts";
import { connectSupabase } from "../function/supabase.ts";
import type { Clients } from "./facts.ts";
import { createPulumi } from "./pulumi.ts";

/** The repository, where Pulumi finds its program. */
export const programFolder = fileURLToPath(new URL("..", import.meta.url));

export function createClients(): Clients {
  return {
    pulumi: createPulumi(programFolder),
    async identifyAccount({ region, profile }) {
      const sts = new STSClient({ region, ...(profile ? { profile } : {}) });
      const { Account = "" } = await sts.send(new GetCallerIdentityCommand());
      return Account;
    },
    connectSupabase: (credentials) => connectSupabase(once(async () => credentials)),
    distFolder: fileURLToPath(new URL("../dist", import.meta.url)),
  };
}
