/** A folder → the right to use it alone: two databases on one folder would lose each other's rows. */
import { mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

export class FolderInUseError extends Error {
  override readonly name = "FolderInUseError";
  readonly processId: number;
  constructor(folder: string, processId: number) {
    super(
      `${folder} is in use by process ${processId}. Wait until it has finished, or stop it with: kill ${processId}`,
    );
    this.processId = processId;
  }
}

/**
 * Takes the lock and gives the function that returns it. The lock of a process that was killed is taken over.
 * @throws {FolderInUseError} when another process holds it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "lock");
  for (;;) {
    try {
      const file = await open(path, "wx");
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    const holder = Number(await readFile(path, "utf8").catch(() => ""));
    if (isRunning(holder)) throw new FolderInUseError(folder, holder);
    await rm(path, { force: true });
  }
}

function isRunning(processId: number): boolean {
  if (!Number.isInteger(processId) || processId <= 0) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
