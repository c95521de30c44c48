/** Where system tools are that an ordinary user's PATH may lack. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/sbin'];

/**
 * The environment for child processes: messages in English, system tools found, and no options of
 * Node that were meant for this process.
 */
export function systemEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, PATH = '/usr/bin:/bin', ...env } = process.env;
  return { ...env, LC_ALL: 'C', PATH: [PATH, ...SYSTEM_FOLDERS].join(':') };
}
