/** The ARN of a Secrets Manager secret → the text of its current version, through the AWS SDK. */
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

/**
 * Without a version or stage named this is AWSCURRENT, whoever made it the current one. Throws what the SDK throws.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export async function readSecret(secretId: string): Promise<string | undefined> {
  const secretsManager = new SecretsManagerClient();
  try {
    const { SecretString } = await secretsManager.send(
      new GetSecretValueCommand({ SecretId: secretId }),
    );
    return SecretString;
  } finally {
    secretsManager.destroy();
  }
}
