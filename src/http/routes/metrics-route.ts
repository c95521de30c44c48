import type { Route } from '../route.js';

/** The metrics, at the path that the configuration names. */
export function metricsRoute(path: string): Route {
  return {
    method: 'GET',
    path,
    urgency: 'pressing',
    about: 'metrics for Prometheus',
    answer: async (_, { metrics }) => ({
      status: 200,
      type: metrics.contentType,
      body: await metrics.text(),
    }),
  };
}
