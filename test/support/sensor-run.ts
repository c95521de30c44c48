import type { Alert } from '../../src/incident/alert.js';
import type { LoadedSignatures } from '../../src/rules/load.js';
import { Sensor } from '../../src/sensor.js';
import { Counters } from '../../src/telemetry/counters.js';
import { LINK_TYPES, tcpFrame, udpFrame } from './pcap-writer.js';

export const START = Date.UTC(2026, 0, 15, 12) / 1000;

/** A sensor, what it counted, and the alerts it gave. */
export class SensorRun {
  readonly counters = new Counters();
  readonly alerts: Alert[] = [];
  readonly sensor: Sensor;

  constructor(signatures: LoadedSignatures, ports?: ReadonlySet<number>) {
    this.sensor = new Sensor({
      signatures,
      counters: this.counters,
      ports,
      onAlert: (alert) => this.alerts.push(alert),
    });
    this.sensor.beginCapture('test.pcap');
  }

  /** A datagram `after` seconds from the start; gives its payload back. */
  udp<T extends string | Uint8Array>(
    payload: T,
    after: number,
    from = '198.51.100.7:5060',
    to = '203.0.113.5:5060',
  ): T {
    this.frame(udpFrame({ from, to, payload }), after);
    return payload;
  }

  tcp(
    payload: string | Uint8Array,
    after: number,
    from = '198.51.100.7:5060',
    to = '203.0.113.5:5060',
  ): void {
    this.frame(tcpFrame({ from, to, payload }), after);
  }

  frame(bytes: Buffer, after: number): void {
    this.sensor.frame(bytes, 0, bytes.length, START + after, bytes.length, LINK_TYPES.ethernet);
  }

  finish(): Alert[] {
    this.sensor.finish();
    return this.alerts;
  }
}
