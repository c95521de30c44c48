import type { Alert } from '../incident/alert.js';

/** What to do about an incident, in paragraphs; none where there is no advice. */
export function adviceOf(alert: Pick<Alert, 'advice' | 'earlierAdvice' | 'spoofable'>): string[] {
  const { advice, earlierAdvice, spoofable } = alert;
  const first = advice === undefined ? [] : [whatToDo(advice, spoofable)];
  return [...first, ...earlierAdvice.map((step) => `Of what led there: ${step}`)];
}

/** Blocking a forged address hits whoever has it. */
export function whatToDo(advice: string, spoofable: boolean): string {
  const forged = 'The address may be forged; check before you block it. ';
  return `What to do: ${spoofable ? forged : ''}${advice.trim()}`;
}
