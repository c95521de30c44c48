import { structured } from '../sip/structured.js';
import { redactMessage, withoutUriPasswords } from './redact.js';

/**
 * The messages that alerts show. It remembers the last: what one packet sets off shows the same
 * message again, and taking it apart costs more than the rest of an alert.
 */
export class Evidence {
  private bytes: Buffer | undefined = undefined;
  private message: unknown = undefined;

  /** A message as the `sip` package reads it, redacted; undefined when it can make nothing of it. */
  of(bytes: Buffer): unknown {
    if (this.bytes?.equals(bytes)) return this.message;
    const message = structured(bytes, withoutUriPasswords);
    this.bytes = bytes;
    this.message = message && redactMessage(message);
    return this.message;
  }
}
