import { LabProcess } from './lab-process.js';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Reads a request a line, and writes each answer as a line. */
const SCRIPT = `
require('node:readline').createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, url, method } = JSON.parse(line);
  let answer;
  try {
    const response = await fetch(url, { method, signal: AbortSignal.timeout(10_000) });
    answer = { status: response.status, text: await response.text() };
  } catch (error) {
    answer = { status: 0, text: String(error.cause ?? error) };
  }
  console.log(JSON.stringify({ id, ...answer }));
});
`;

/** HTTP inside a network namespace, where the test itself cannot go. */
export class FetchInside {
  private readonly process: LabProcess;
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private asked = 0;

  /** @param into the command and arguments that run a program in the namespace */
  constructor([command, ...args]: readonly string[]) {
    this.process = new LabProcess(command!, [...args, process.execPath, '-e', SCRIPT]);
    this.process.onLine = ({ text }) => {
      const { id, ...answer } = JSON.parse(text) as Answer & { id: number };
      this.waiting.get(id)?.(answer);
      this.waiting.delete(id);
    };
  }

  /** Status 0: no answer, and why. */
  fetch(url: string, method = 'GET'): Promise<Answer> {
    const id = ++this.asked;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.process.child.stdin?.write(`${JSON.stringify({ id, url, method })}\n`);
    });
  }

  /** The body of a page that must be there. */
  async text(url: string): Promise<string> {
    const { status, text } = await this.fetch(url);
    if (status !== 200) throw new Error(`${url}: ${status} ${text}`);
    return text;
  }

  close(): Promise<void> {
    return this.process.stop();
  }
}
