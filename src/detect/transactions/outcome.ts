import type { SipMessage } from '../../sip/message.js';
import type { Outcome } from '../observation.js';

/** The server says that the nonce ran out: in its challenge, or only in words. */
export function saysStale(message: SipMessage): boolean {
  if (message.challenge.param('stale')?.toLowerCase() === 'true') return true;
  return /\bnonce\b/i.test(message.reasonText() ?? ''); // such as "nonce has changed"
}

/** The server says that it did not believe the credentials, such as "Forbidden (Bad auth)". */
export function saysWrong(message: SipMessage): boolean {
  return /\b(?:auth\w*|password|credentials?|digest)\b/i.test(message.reasonText() ?? '');
}

/**
 * What a final answer means for whoever asked (RFC 3261 §21). 484 asks for more digits: who dials
 * digit by digit (RFC 3578) gets it after each, and nobody learns by it who exists.
 */
export function outcomeOf(status: number): Outcome {
  if (status < 300) return 'accepted';
  if (status < 400) return 'redirected';
  switch (status) {
    case 404:
    case 410:
    case 604:
      return 'unknown';
    case 403:
      return 'forbidden';
    case 480:
    case 486:
    case 487:
    case 600:
    case 603:
      return 'busy';
    default:
      return 'refused';
  }
}
