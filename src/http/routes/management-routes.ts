import { type Answer, textAnswer } from '../answer.js';
import { originProblem } from '../browser-guard.js';
import { notReady } from '../readiness.js';
import type { PageRequest, Route, WebServices } from '../route.js';

/** Health and reload, by the names that Prometheus itself has for them. */
export const MANAGEMENT_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/-/healthy',
    urgency: 'pressing',
    about: '200 while the process answers',
    answer: () => textAnswer(200, 'sipseer is healthy.'),
  },
  {
    method: 'GET',
    path: '/-/ready',
    urgency: 'pressing',
    about: '200 once captures have begun and signatures are loaded, else 503 and why',
    answer: (_, { readings }) => {
      const reason = notReady(readings);
      return reason === undefined
        ? textAnswer(200, 'sipseer is ready.')
        : textAnswer(503, `sipseer is not ready: ${reason}.`);
    },
  },
  {
    method: 'POST',
    path: '/-/reload',
    urgency: 'pressing',
    about: 'reads configuration and signatures again (only with --web.enable-lifecycle)',
    answer: reload,
  },
];

async function reload({ headers }: PageRequest, services: WebServices): Promise<Answer> {
  if (!services.lifecycle) {
    return textAnswer(
      403,
      'Reload over HTTP is off. Start sipseer with --web.enable-lifecycle, or set ' +
        'web.enable_lifecycle: true in the configuration; or send the process SIGHUP.',
    );
  }
  const forged = originProblem(headers);
  if (forged !== undefined) return textAnswer(403, `Refused: ${forged}.`);
  const { successful, problems } = await services.reload();
  if (successful) return textAnswer(200, 'Configuration and signatures were reloaded.');
  return textAnswer(500, ['Not reloaded; the old ones stay at work:', ...problems].join('\n'));
}
