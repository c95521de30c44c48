/**
 * Packet time as Suricata writes it: UTC with microseconds and `+0000` (not `Z`: readers of EVE
 * match the digits).
 */
export function timestamp(seconds: number): string {
  const known = Number.isFinite(seconds) ? seconds : 0;
  const floor = Math.floor(known);
  const micros = Math.round((known - floor) * 1e6);
  const fraction = String(micros % 1e6).padStart(6, '0');
  return `${dateTime(micros === 1e6 ? floor + 1 : floor)}.${fraction}+0000`;
}

/** `2026-01-15 12:00:00`, for people, in UTC. */
export function clockTime(seconds: number): string {
  return dateTime(Number.isFinite(seconds) ? Math.floor(seconds) : 0).replace('T', ' ');
}

/** A capture may hold any 64-bit time; what no calendar has is written as the nearest that does. */
function dateTime(seconds: number): string {
  const limit = 8.64e12;
  const date = new Date(Math.min(limit, Math.max(-limit, seconds)) * 1000);
  return date.toISOString().replace(/\.\d+Z$/, '');
}
