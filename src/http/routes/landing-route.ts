import { landingPage } from '../landing-page.js';
import { CONTENT_SECURITY_POLICY } from '../landing-style.js';
import type { Route } from '../route.js';

/** The page for people, which lists the others. */
export function landingRoute(listed: readonly Route[]): Route {
  return {
    method: 'GET',
    path: '/',
    urgency: 'list',
    about: 'a page for people',
    answer: (_, { readings }) => ({
      status: 200,
      type: 'text/html; charset=utf-8',
      body: landingPage(readings, listed),
      headers: { 'Content-Security-Policy': CONTENT_SECURITY_POLICY },
    }),
  };
}
