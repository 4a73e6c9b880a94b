/** The clients of the checks, as they are outside of a test. */
import { fileURLToPath } from "node:url";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { once } from "../function/once.ts";
import { connectSupabase } from "../function/supabase.ts";
import type { Clients } from "./facts.ts";
import { createPulumi } from "./pulumi.ts";

export function createClients(): Clients {
  return {
    pulumi: createPulumi(),
    async identifyAccount(target) {
      const sts = new STSClient({ ...target });
      const { Account = "" } = await sts.send(new GetCallerIdentityCommand());
      return Account;
    },
    connectSupabase: (credentials) => connectSupabase(once(async () => credentials)),
    environmentRegion: process.env.AWS_REGION,
    distFolder: fileURLToPath(new URL("../dist", import.meta.url)),
  };
}
