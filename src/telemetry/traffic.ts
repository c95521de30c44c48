/** Methods are numbers below this (sip/tokens.ts), status codes below 700 (RFC 3261 §7.2). */
const METHODS = 32;
const CODES = 700;
/** Upper limits of message lengths that are told apart (bytes); the last counts all longer ones. */
export const MESSAGE_LENGTHS: readonly number[] = [256, 512, 1024, 1500, 2048, 4096, 8192, 65_535];

/**
 * What passed, told apart by what SIP itself tells apart: plain numbers in fixed arrays, added to
 * on the hot path and read when somebody asks.
 */
export class Traffic {
  /** Requests by method number: over UDP, then over TCP. */
  readonly udpRequests = new Float64Array(METHODS);
  readonly tcpRequests = new Float64Array(METHODS);
  /** Responses by status code; codes outside 100 to 699 count as 0. */
  readonly responses = new Float64Array(CODES);
  /** Messages by length: one entry for each of MESSAGE_LENGTHS and one for what is longer. */
  readonly lengths = new Float64Array(MESSAGE_LENGTHS.length + 1);
  /** Bytes of all messages. */
  bytes = 0;
  /** Observations by name. */
  readonly observations = new Map<string, number>();

  request(methodId: number, overTcp: boolean, length: number): void {
    const requests = overTcp ? this.tcpRequests : this.udpRequests;
    requests[methodId]! += 1;
    this.length(length);
  }

  response(status: number, length: number): void {
    const code = status >= 100 && status < CODES ? status : 0;
    this.responses[code]! += 1;
    this.length(length);
  }

  observation(name: string): void {
    this.observations.set(name, (this.observations.get(name) ?? 0) + 1);
  }

  private length(length: number): void {
    let i = 0;
    while (i < MESSAGE_LENGTHS.length && length > MESSAGE_LENGTHS[i]!) i++;
    this.lengths[i]! += 1;
    this.bytes += length;
  }
}
