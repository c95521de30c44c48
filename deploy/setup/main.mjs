import { fileURLToPath } from 'node:url';
import { buildIsStale, ensureBuild } from './build.mjs';
import { captureIsUntried, ensureCapture } from './capture-module.mjs';
import { ensureKernel, kernelIsStale } from './kernel.mjs';
import { holdLock } from './lock.mjs';
import { ensurePackages, packagesAreMissing } from './packages.mjs';
import { ensureSignatures, signaturesAreStale } from './signatures.mjs';
import { fail, SetupError } from './steps.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** @param {boolean} retry try the live-capture module again even if it failed before */
export async function setUp(retry) {
  try {
    if (!retry && isReady()) return;
    // Each step asks again whether it is needed: the run we waited for may have done it.
    await holdLock(root);
    await ensurePackages(root);
    await ensureBuild(root);
    await ensureKernel(root);
    await ensureSignatures(root);
    await ensureCapture(root, retry);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    fail(error.message);
    process.exitCode = 1;
  }
}

function isReady() {
  return !(
    packagesAreMissing(root) ||
    buildIsStale(root) ||
    kernelIsStale(root) ||
    signaturesAreStale(root) ||
    captureIsUntried(root)
  );
}
