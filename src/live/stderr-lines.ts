/** Longer lines are cut: nothing that we look for is so long. */
const MOST_LENGTH = 2048;

/** Makes lines of what a child writes to its standard error, however much that is. */
export class StderrLines {
  private rest = '';
  private readonly onLine: (line: string) => void;

  constructor(onLine: (line: string) => void) {
    this.onLine = onLine;
  }

  write(bytes: Uint8Array): void {
    // Latin-1 cannot fail in the middle of a character, and the texts are ASCII.
    const lines = (this.rest + Buffer.from(bytes).toString('latin1')).split('\n');
    this.rest = lines.pop()!.slice(0, MOST_LENGTH);
    for (const line of lines) if (line.trim() !== '') this.onLine(line.slice(0, MOST_LENGTH));
  }

  /** The last line may have no end. */
  end(): void {
    if (this.rest.trim() !== '') this.onLine(this.rest);
    this.rest = '';
  }
}
