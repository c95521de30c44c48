import { uint16 } from './big-endian.js';
import { Drop } from './drop.js';
import { readEthernet, readEtherType } from './ethernet.js';
import type { Layer } from './layer.js';
import { afterServiceHeader } from './protocol-numbers.js';

/** Bytes between the EtherType of a tag and the EtherType of what follows. */
const VN_TAG = 4;
const E_TAG = 6;
/** Version, length, option type, option: Cisco's security group tag. */
const CISCO_METADATA = 6;
/** Bytes between the EtherType and a whole Ethernet frame. */
const SERVICE_INSTANCE = 4;
const FABRIC_PATH = 2;

/** The Network Service Header, RFC 8300 §2.2. */
const SERVICE_HEADER = { version: 0, words: 1, nextProtocol: 3, shortest: 8 } as const;

export function readVnTag(layer: Layer): Drop {
  return readTag(layer, VN_TAG);
}

export function readETag(layer: Layer): Drop {
  return readTag(layer, E_TAG);
}

export function readCiscoMetadata(layer: Layer): Drop {
  return readTag(layer, CISCO_METADATA);
}

function readTag(layer: Layer, length: number): Drop {
  if (layer.end - layer.at < length + 2) return Drop.HeaderTruncated;
  layer.next = uint16(layer.buf, layer.at + length);
  layer.at += length + 2;
  return readEtherType(layer);
}

export function readBackboneBridge(layer: Layer): Drop {
  return readMacInMac(layer, SERVICE_INSTANCE);
}

export function readFabricPath(layer: Layer): Drop {
  return readMacInMac(layer, FABRIC_PATH);
}

function readMacInMac(layer: Layer, length: number): Drop {
  if (layer.end - layer.at < length) return Drop.HeaderTruncated;
  layer.at += length;
  return readEthernet(layer);
}

/** The Network Service Header. */
export function readServiceHeader(layer: Layer): Drop {
  const { at, buf } = layer;
  if (layer.end - at < SERVICE_HEADER.shortest) return Drop.HeaderTruncated;
  const length = (buf[at + SERVICE_HEADER.words]! & 0x3f) * 4;
  const isKnown = buf[at + SERVICE_HEADER.version]! >> 6 === 0;
  if (!isKnown || length < SERVICE_HEADER.shortest) return Drop.EtherTypeOther;
  if (layer.end - at < length) return Drop.HeaderTruncated;
  layer.next = afterServiceHeader(buf[at + SERVICE_HEADER.nextProtocol]!);
  layer.at = at + length;
  return Drop.None;
}
