/** What was dropped on the page → its documents, those of folders too, with the keys that they get. */

export interface ChosenDocument {
  readonly key: string;
  readonly file: File;
}

/** Must be called before anything is awaited: the browser forgets what was dropped after its event. */
export async function readDropped(transfer: DataTransfer): Promise<readonly ChosenDocument[]> {
  const dropped = [...transfer.items].flatMap((item) => {
    const entry = item.webkitGetAsEntry();
    const file = item.getAsFile();
    if (entry?.isDirectory) return [readEntry(entry)];
    return file === null ? [] : [Promise.resolve([{ key: file.name, file }])];
  });
  return (await Promise.all(dropped)).flat();
}

/** Without what is hidden (a name that begins with a dot), as `npm start` does. */
async function readEntry(entry: FileSystemEntry): Promise<readonly ChosenDocument[]> {
  if (entry.name.startsWith(".")) return [];
  if (entry instanceof FileSystemFileEntry) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ key: entry.fullPath.slice(1), file }];
  }
  if (!(entry instanceof FileSystemDirectoryEntry)) return [];
  const found: ChosenDocument[] = [];
  const reader = entry.createReader();
  for (;;) {
    // A hundred at a time, and none at the end.
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (entries.length === 0) return found;
    for (const inner of entries) found.push(...(await readEntry(inner)));
  }
}
