import type { Metrics } from '../metrics/metrics.js';
import type { Readings } from '../metrics/readings.js';
import type { ReloadStatus } from '../telemetry/reload-status.js';
import type { Answer } from './answer.js';

/** What the pages are made of, and what they may set off. */
export interface WebServices {
  readonly readings: Readings;
  readonly metrics: Metrics;
  readonly telemetryPath: string;
  /** Whether `POST /-/reload` is allowed. */
  readonly lifecycle: boolean;
  /** Reads configuration and signatures again; gives how it went, and never rejects. */
  readonly reload: () => Promise<ReloadStatus>;
}

/** One request, as far as routes look at it. */
export interface PageRequest {
  readonly method: string;
  /** Decoded last part of the path, where the route takes one. */
  readonly name: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** `pressing`: tells that the sensor is alive, before all else; `list`: long, so few at once. */
export type Urgency = 'pressing' | 'ordinary' | 'list';

export interface Route {
  readonly method: 'GET' | 'POST';
  /** `/path`, or `/path/NAME` where the last part is a name. */
  readonly path: string;
  /** What it gives, in a few words, for the pages that list it. */
  readonly about: string;
  /** `ordinary` where it is left out. */
  readonly urgency?: Urgency;
  readonly answer: (request: PageRequest, services: WebServices) => Answer | Promise<Answer>;
}
