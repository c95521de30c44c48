import { closeSync, openSync } from 'node:fs';
import { call } from './calls.js';
import { PacketFile } from './packet-file.js';
import type { Recorder } from './path.js';
import { qualifying, registering, texting, watching } from './phone-life.js';
import { Random } from './random.js';
import { startScanners } from './scanners.js';
import { Schedule, type Script } from './schedule.js';
import { type Phone, PLANS, Site } from './site.js';

/** 2026-01-15 12:00 UTC. */
const START = 1_768_478_400;
/** A phone has about so many messages in three hours. */
const MESSAGES_A_PHONE = 280;
const FEWEST_PHONES = 200;
/** Seconds in which all phones have registered. */
const MORNING = 600;
/** Seconds between two calls, and two texts, of one phone. */
const BETWEEN_CALLS = 1500;
const BETWEEN_TEXTS = 4000;

export interface BuiltCapture {
  readonly messages: number;
  readonly frames: number;
  readonly bytes: number;
  readonly phones: number;
  /** Packet time from first to last, in seconds. */
  readonly seconds: number;
}

/**
 * Writes a pcap file with exactly so many SIP messages of some three hours: phones of many makes at
 * five servers register, call, subscribe and are asked whether they are there, carriers call, and
 * one message in a hundred is an attacker's or an answer to one. The same seed gives the same file.
 */
export function buildCapture(path: string, messages: number, seed = 1): BuiltCapture {
  const descriptor = openSync(path, 'w');
  try {
    const schedule = new Schedule(START);
    const file = new PacketFile(descriptor);
    const random = new Random(seed);
    const recorder: Recorder = { file, random, schedule, wanted: messages, messages: 0 };
    const phones = Math.max(FEWEST_PHONES, Math.round(messages / MESSAGES_A_PHONE));
    const sites = PLANS.map((plan) => new Site(recorder, plan));
    for (const site of sites) populate(recorder, site, phones);
    startScanners(recorder, sites);
    schedule.run(() => recorder.messages === messages);
    file.end();
    const { frames, bytes } = file;
    return { messages: recorder.messages, frames, bytes, phones, seconds: schedule.now - START };
  } finally {
    closeSync(descriptor);
  }
}

function populate(recorder: Recorder, site: Site, allPhones: number): void {
  const { schedule, random } = recorder;
  const { share, trunks, qualifies } = site.plan;
  const count = Math.round((allPhones * share) / 100);
  for (const carrier of trunks) site.addTrunk(carrier);
  for (let i = 0; i < count; i++) site.addPhone(i);
  site.phones.forEach((phone, i) => {
    schedule.start(registering(site, phone), random.between(0, MORNING));
    if (qualifies && i % 4 === 0) schedule.start(qualifying(site, phone), MORNING * random.next());
    if (i % 5 === 0) schedule.start(watching(site, phone), random.between(MORNING, 2 * MORNING));
  });
  schedule.start(calling(recorder, site, BETWEEN_CALLS / count), 60);
  schedule.start(writing(recorder, site, BETWEEN_TEXTS / count), 120);
}

/** Calls of a site: most from phone to phone, some out to a carrier, some in from one. */
function* calling({ schedule, random }: Recorder, site: Site, mean: number): Script {
  for (;;) {
    yield random.wait(mean);
    const from = idlePhone(random, site);
    const to = idlePhone(random, site);
    if (!from || !to || from === to) continue;
    const trunk =
      site.trunks.length > 0 && random.chance(0.45) ? random.pick(site.trunks) : undefined;
    if (!trunk) schedule.start(call(site, from, to, to.party.user));
    else if (random.chance(0.5)) schedule.start(call(site, from, trunk, `0${random.digits(10)}`));
    else schedule.start(call(site, trunk, to, to.party.user));
  }
}

function* writing({ schedule, random }: Recorder, site: Site, mean: number): Script {
  for (;;) {
    yield random.wait(mean);
    schedule.start(texting(site, random.pick(site.phones), random.pick(site.phones)));
  }
}

function idlePhone(random: Random, { phones }: Site): Phone | undefined {
  const phone = random.pick(phones);
  return phone.isBusy ? undefined : phone;
}
