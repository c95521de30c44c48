import type { ServerResponse } from 'node:http';

/** Lists that are being made or taken at once; each can have megabytes. */
const LISTS_AT_ONCE = 4;
/** With more than so much unsent (bytes), no list is begun. */
const UNSENT_LIMIT = 16 * 1024 * 1024;

/** What is made for clients that have not taken it yet. */
export class UnsentAnswers {
  private readonly patience: number;
  private lists = 0;
  private bytes = 0;

  /** A client that has not taken an answer after so long is let go (milliseconds). */
  constructor(patience: number) {
    this.patience = patience;
  }

  /** Counts a list until its client has taken it; false when there are too many, or it is gone. */
  beginList(response: ServerResponse): boolean {
    if (this.lists >= LISTS_AT_ONCE || this.bytes > UNSENT_LIMIT || isGone(response)) return false;
    this.lists++;
    response.once('close', () => {
      this.lists--;
    });
    return true;
  }

  /** Counts the bytes of an answer that is about to be sent, until they are taken. */
  add(response: ServerResponse, bytes: number): void {
    if (isGone(response)) return;
    this.bytes += bytes;
    // The server's own timeout begins anew with each byte that the client says.
    const late = setTimeout(() => response.socket?.destroy(), this.patience).unref();
    response.once('close', () => {
      this.bytes -= bytes;
      clearTimeout(late);
    });
  }
}

/** Then no 'close' will come. */
function isGone({ socket }: ServerResponse): boolean {
  return socket === null || socket.destroyed;
}
