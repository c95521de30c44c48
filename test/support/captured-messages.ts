import { captureFiles } from '../../src/capture/capture-files.js';
import { readCapture } from '../../src/capture/read-capture.js';
import { Outcome, SipMessage } from '../../src/sip/message.js';
import { Kind, recognise } from '../../src/sip/recognise.js';
import { Counters } from '../../src/telemetry/counters.js';
import { Decoded, FrameDecoder } from '../../src/wire/frame-decoder.js';
import { Packet, Transport } from '../../src/wire/packet.js';
import { messagesIn } from './messages-in.js';

/** Told of each SIP message in captures; the message is borrowed for the call. */
export type MessageSink = (message: SipMessage, file: string, frameNumber: number) => void;

/** Every SIP message in the captures below `path`, whatever its port. Gives the number of files. */
export async function eachMessage(path: string, sink: MessageSink): Promise<number> {
  const { files } = await captureFiles([path]);
  const decoder = new FrameDecoder(new Counters());
  const packet = new Packet();
  const message = new SipMessage();
  for (const file of files) {
    let frameNumber = 0;
    await readCapture(file.path, {
      frame(buf, from, to, time, originalLength, linkType) {
        frameNumber++;
        const found = decoder.decode(packet, buf, from, to, time, originalLength, linkType);
        if (found !== Decoded.Payload) return;
        for (const [begin, end] of rangesIn(packet)) {
          const outcome = message.reset(packet.buf, begin, end);
          if (outcome === Outcome.Ok) sink(message, file.path, frameNumber);
        }
      },
    });
  }
  return files.length;
}

function rangesIn({ buf, payloadFrom, payloadTo, transport }: Packet): [number, number][] {
  const kind = recognise(buf, payloadFrom, payloadTo);
  if (kind !== Kind.Request && kind !== Kind.Response) return [];
  if (transport === Transport.Udp) return [[payloadFrom, payloadTo]];
  return messagesIn(buf, payloadFrom, payloadTo);
}
