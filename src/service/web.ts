import type { Config } from '../config/config.js';
import { WebServer } from '../http/web-server.js';
import { Metrics } from '../metrics/metrics.js';
import type { Readings } from '../metrics/readings.js';
import type { ReloadStatus } from '../telemetry/reload-status.js';
import type { Log } from './log.js';

/**
 * Serves metrics, pages and the API; undefined when no address is configured. Rejects with a
 * ListenError or a WebConfigError, whose message is one line that says what to do.
 */
export async function serve(
  config: Config['web'],
  readings: Readings,
  reload: () => Promise<ReloadStatus>,
  log: Log,
): Promise<WebServer | undefined> {
  if (config.listen_addresses.length === 0) return undefined;
  const server = new WebServer({
    listenAddresses: config.listen_addresses,
    configFile: config.config_file,
    services: {
      readings,
      metrics: new Metrics(readings),
      telemetryPath: config.telemetry_path,
      lifecycle: config.enable_lifecycle,
      reload,
    },
    warn: (message) => log.warning('web', message),
  });
  await server.start();
  for (const url of server.urls()) log.info('web', `serving ${url}${config.telemetry_path}`);
  return server;
}
