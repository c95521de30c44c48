import { DocumentProblem } from '../documents/problem.js';
import { readYaml } from '../documents/read-yaml.js';
import { type CheckedSignature, isNamedAfter, makeSignature, placesIn } from './make-signature.js';
import { type SignatureDocument, signatureSchema } from './schema.js';
import type { FindingClass, Signature } from './signature.js';

/** Classes that speak of honest people. */
const INFORMING: ReadonlySet<FindingClass> = new Set(['survey', 'hygiene']);

/** One signature from its text; problems are added with file and line. */
export function readSignature(
  file: string,
  text: string,
  problems: DocumentProblem[],
): Signature | undefined {
  const checked = checkSignature(file, text, problems);
  return checked && makeSignature(file, checked);
}

/** The same before it is made a signature. */
export function checkSignature(
  file: string,
  text: string,
  problems: DocumentProblem[],
): CheckedSignature | undefined {
  const before = problems.length;
  const checked = readYaml(file, text, signatureSchema, problems);
  if (checked === undefined) return undefined;
  const document = checked.value;
  const problem = (path: PropertyKey[], message: string) =>
    problems.push(new DocumentProblem(file, checked.lineOf(path), message));
  if (!isNamedAfter(file, document.id)) {
    problem(['id'], `the file name must begin with the id: ${document.id}-….yaml`);
  }
  if (document.count !== undefined && document.sequence !== undefined) {
    problem(['sequence'], 'a signature counts or follows a sequence, not both');
  }
  if (INFORMING.has(document.class) && document.severity !== 'info') {
    problem(
      ['severity'],
      `class ${document.class} informs and never accuses: severity must be info`,
    );
  }
  if (document.confidence === 'high' && restsOnUserAgent(document)) {
    const message = 'a User-Agent alone is one edit away from another: at most medium';
    problem(['confidence'], message);
  }
  if (document.status === 'stable') checkBothExpectations(document, problem);
  if (problems.length > before) return undefined;
  return { document, lines: placesIn(document).map((path) => checked.lineOf(path)) };
}

/** Nothing but the name that a program gives itself decides. */
function restsOnUserAgent({ match, count, sequence }: SignatureDocument): boolean {
  if (count !== undefined || sequence !== undefined) return false;
  const fields = Object.values(match).flatMap((selection) =>
    typeof selection === 'string' ? [] : Object.keys(selection).map((key) => key.split('|', 1)[0]),
  );
  return fields.length > 0 && fields.every((field) => field === 'user_agent');
}

function checkBothExpectations(
  document: SignatureDocument,
  problem: (path: PropertyKey[], message: string) => void,
): void {
  for (const expect of ['alert', 'quiet'] as const) {
    if (!document.examples.some((example) => example.expect === expect)) {
      problem(['examples'], `a stable signature needs an example with "expect: ${expect}"`);
    }
  }
}
