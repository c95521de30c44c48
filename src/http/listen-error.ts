/** Why an address cannot be listened on. */
export type ListenProblem = 'in-use' | 'permission' | 'address' | 'other';

/** Cannot listen: told in one line that says which address and what to do. */
export class ListenError extends Error {
  readonly kind: ListenProblem;

  constructor(kind: ListenProblem, message: string) {
    super(message);
    this.kind = kind;
  }
}

const HOW_TO = 'name another with --web.listen-address or web.listen_addresses';

export function unreadableAddress(text: string): ListenError {
  const forms = 'such as 127.0.0.1:15060, [::1]:15060 or :15060';
  return new ListenError('address', `"${text}" is no address to listen on; give one ${forms}`);
}

/** The system's refusal in words. */
export function listenError(text: string, error: unknown): ListenError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const begin = `cannot listen on ${text}`;
  switch (code) {
    case 'EADDRINUSE':
      return new ListenError(
        'in-use',
        `${begin}: another program, perhaps another sipseer, listens there; stop it, or ${HOW_TO}`,
      );
    case 'EACCES':
      return new ListenError(
        'permission',
        `${begin}: this user may not use the port; choose one above 1023: ${HOW_TO}`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAFNOSUPPORT':
      return new ListenError('address', `${begin}: this machine has no such address; ${HOW_TO}`);
    default:
      return new ListenError('other', `${begin}: ${code || String(error)}; ${HOW_TO}`);
  }
}
