import { Drop, tooShort } from './drop.js';
import { readSnap } from './ethernet.js';
import type { Layer } from './layer.js';

/** IEEE 802.11 §9.2.3: frame control, duration, three addresses, sequence control. */
const FIELD = { type: 0, flags: 1, length: 24 } as const;
/** A fourth address, between two access points; quality of service; HT control. */
const FOURTH_ADDRESS = 6;
const QOS = 2;
const HT_CONTROL = 4;

/** Version 0, data; and the bits that say what kind of data. */
const VERSION_AND_TYPE = 0x0f;
const DATA = 0x08;
const WITHOUT_DATA = 0x40;
const IS_QOS = 0x80;
const BOTH_DISTRIBUTION = 0x03;
const MORE_FRAGMENTS = 0x04;
const PROTECTED = 0x40;
const ORDERED = 0x80;
/** Several packets in one frame. */
const AGGREGATED = 0x80;

/** Moves `layer` past the header of a data frame, as access points tunnel it: not encrypted. */
export function readWlan(layer: Layer): Drop {
  const { at, buf } = layer;
  if (layer.end - at < FIELD.length) return tooShort(layer, Drop.TunnelMalformed);
  const type = buf[at + FIELD.type]!;
  const flags = buf[at + FIELD.flags]!;
  const isData = (type & VERSION_AND_TYPE) === DATA && (type & WITHOUT_DATA) === 0;
  if (!isData || (flags & (PROTECTED | MORE_FRAGMENTS)) !== 0) return Drop.EtherTypeOther;
  layer.at = at + FIELD.length;
  if ((flags & BOTH_DISTRIBUTION) === BOTH_DISTRIBUTION) layer.at += FOURTH_ADDRESS;
  if ((type & IS_QOS) !== 0) {
    if (layer.at < layer.end && (buf[layer.at]! & AGGREGATED) !== 0) return Drop.EtherTypeOther;
    layer.at += (flags & ORDERED) === 0 ? QOS : QOS + HT_CONTROL;
  }
  return readSnap(layer);
}
