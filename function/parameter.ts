/** The name of an SSM parameter → its decrypted value, through the AWS SDK. */
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";

/** Read once or twice in an environment's life: the client is not kept. Throws what the SDK throws. */
export async function readParameter(name: string): Promise<string | undefined> {
  const ssm = new SSMClient();
  try {
    const { Parameter } = await ssm.send(
      new GetParameterCommand({ Name: name, WithDecryption: true }),
    );
    return Parameter?.Value;
  } finally {
    ssm.destroy();
  }
}
