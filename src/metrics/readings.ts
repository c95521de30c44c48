import type { HostRole } from '../detect/hosts/roles.js';
import type { SourceProfile } from '../detect/sources/source-profile.js';
import type { Alert } from '../incident/alert.js';
import type { Incident } from '../incident/incident.js';
import type { CaptureStatus } from '../live/capture-status.js';
import type { SinkStatus } from '../outputs/sink-status.js';
import type { SignatureTally } from '../rules/engine.js';
import type { Condition } from '../telemetry/condition.js';
import type { Counters } from '../telemetry/counters.js';
import type { ReloadStatus } from '../telemetry/reload-status.js';
import type { TableStatus } from '../telemetry/table-status.js';
import type { Traffic } from '../telemetry/traffic.js';
import type { Address } from '../wire/address.js';

/** What is read of the sensor; `Sensor` is one. Reading changes nothing. */
export interface SensorReadings {
  /** Packet time of the latest frame (seconds). */
  readonly now: number;
  readonly traffic: Traffic;
  readonly visibility: { conditions(): readonly Condition[] };
  readonly engine: { tallies(): readonly SignatureTally[] };
  readonly incidents: {
    all(): Iterable<Incident>;
    /** Those that an address has a part in. */
    of(source: Address): readonly Incident[];
    alertOf(incident: Incident): Alert;
  };
  readonly observer: {
    readonly sources: {
      all(): Iterable<SourceProfile>;
      find(address: Address): SourceProfile | undefined;
    };
    readonly roles: { all(): Iterable<HostRole> };
  };
  tables(): readonly TableStatus[];
}

/** How writing the snapshot fares. Times are wall clock seconds. */
export interface SnapshotStatus {
  readonly file: string;
  /** Undefined: none was written yet. */
  readonly succeededAt: number | undefined;
  /** How long the last one took (seconds), and its size. */
  readonly duration: number;
  readonly bytes: number;
  readonly failures: number;
  /** What is wrong now, in one line; undefined when all is well. */
  readonly problem: string | undefined;
}

/** All that metrics, pages and the API are made of: read when somebody asks. */
export interface Readings {
  readonly version: string;
  readonly sensor: SensorReadings;
  readonly counters: Counters;
  readonly captures: () => readonly CaptureStatus[];
  readonly sinks: () => readonly SinkStatus[];
  /** Configuration and signatures, which are read together. */
  readonly reload: () => ReloadStatus;
  /** Undefined where no state is kept. */
  readonly snapshot: () => SnapshotStatus | undefined;
  /** Wall clock minus packet time of the last frame (seconds); 0 while none come. */
  readonly lag: () => number;
}
