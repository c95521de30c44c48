import { type FileFrame, makePcap, udpFrame } from './pcap-writer.js';
import { START } from './sensor-run.js';
import { answer, request } from './sip-texts.js';

const SCANNER = '198.51.100.66:5071';

/** Sixty extensions asked for by REGISTER, all unknown: an incident of severity medium or above. */
export function scanCapture(): Buffer {
  const frames: FileFrame[] = [];
  for (let i = 0; i < 60; i++) {
    const server = '203.0.113.5:5060';
    const payload = request({
      method: 'REGISTER',
      user: String(100 + i),
      headers: ['User-Agent: friendly-scanner', 'Max-Forwards: 70'],
    });
    frames.push({ time: START + i / 10, bytes: udpFrame({ from: SCANNER, to: server, payload }) });
    const reply = answer(payload, '404 Not Found');
    frames.push({
      time: START + i / 10 + 0.02,
      bytes: udpFrame({ from: server, to: SCANNER, payload: reply }),
    });
  }
  return makePcap(frames);
}

/** One phone and one answered OPTIONS: nothing to tell. */
export function quietCapture(): Buffer {
  const phone = '198.51.100.20:5060';
  const server = '203.0.113.5:5060';
  const payload = request({ user: '2041', headers: ['User-Agent: Yealink SIP-T46S 66.85.0.5'] });
  return makePcap([
    { time: START, bytes: udpFrame({ from: server, to: phone, payload }) },
    {
      time: START + 0.1,
      bytes: udpFrame({ from: phone, to: server, payload: answer(payload, '200 OK') }),
    },
  ]);
}
