import { renameSync, writeFileSync } from 'node:fs';
import { preparedFile, signatureFolders } from './cli/signature-folders.js';
import { prepareSignatures } from './rules/prepare-signatures.js';
import { sealed } from './rules/prepared-signatures.js';

// The last step of a build: the shipped signatures are read, so that no start has to.
const file = preparedFile();
writeFileSync(`${file}.new`, sealed(prepareSignatures(signatureFolders())));
renameSync(`${file}.new`, file);
