import { Mark } from '../../src/detect/sources/marked-set.js';
import { CLASSES, SEVERITIES } from '../../src/rules/signature.js';
import type { Address } from '../../src/wire/address.js';
import { findingOf } from './findings.js';
import { START } from './sensor-run.js';
import { signatureOf } from './signature-texts.js';
import { WatchedSensor } from './watched-sensor.js';

const MESSAGE = Buffer.from(
  `INVITE sip:100@203.0.113.5 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bKabc\r\nFrom: <sip:100@203.0.113.5>;tag=1\r\nTo: <sip:100@203.0.113.5>\r\nCall-ID: abc\r\nCSeq: 1 INVITE\r\nUser-Agent: friendly-scanner\r\nContact: <sip:100@198.51.100.7:5060>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n`,
);

/** A sensor whose tables of sources and incidents are full. */
export function fullSensor(): WatchedSensor {
  const watched = new WatchedSensor();
  const { sources } = watched.sensor.observer;
  const signature = signatureOf();
  for (let i = 0; i < 50_000; i++) {
    const profile = sources.touch(addressOf(i), START + i / 1000);
    sources.proveReturnPath(profile);
    profile.requests = (i * 7919) % 50_021;
    for (let j = 0; j < 10; j++) sources.markTarget(profile, addressOf(i + j), Mark.Tried);
    for (let j = 0; j < 5; j++) sources.markAccount(profile, String(100 + j), Mark.Tried);
  }
  for (let i = 0; i < 10_000; i++) {
    const grade = { severity: SEVERITIES[i % 5]!, class: CLASSES[i % 13]! };
    const where = { time: START + i / 1000, source: addressOf(i), message: MESSAGE };
    watched.sensor.incidents.finding(findingOf({ ...signature, ...grade }, where));
  }
  for (let i = 50_000; i < 100_000; i++) sources.touch(addressOf(i), START + i / 1000).requests = i;
  return watched;
}

/** Half of them IPv6. */
function addressOf(i: number): Address {
  return i % 2 === 0 ? 0xc6330000 + i : `\u0020\u0001\r\u00b8${String(i).padStart(12, '\0')}`;
}
