import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Certificates of an authority, in files in `folder`: `NAME.pem` and `NAME.key`. */
export class Certificates {
  readonly folder: string;

  /** Throws when openssl is not installed. */
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'sipseer-certificates-'));
    this.selfSigned('ca');
  }

  path(file: string): string {
    return join(this.folder, file);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** One that signs itself. */
  selfSigned(name: string): void {
    this.openssl('req', '-x509', ...newKey(name), '-out', `${name}.pem`, '-subj', `/CN=${name}`);
  }

  /** One signed by the authority, for these names (`DNS:a,IP:127.0.0.1`). */
  signed(name: string, alternativeNames: string): void {
    writeFileSync(this.path(`${name}.ext`), `subjectAltName=${alternativeNames}\n`);
    this.openssl('req', ...newKey(name), '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    const authority = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
    const files = ['-in', `${name}.csr`, '-out', `${name}.pem`, '-extfile', `${name}.ext`];
    this.openssl('x509', '-req', ...authority, ...files, '-days', '2');
  }

  private openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: 'ignore' });
  }
}

function newKey(name: string): string[] {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  return [...curve, '-nodes', '-keyout', `${name}.key`];
}

/** Undefined when openssl is not installed. */
export function makeCertificates(): Certificates | undefined {
  try {
    return new Certificates();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
