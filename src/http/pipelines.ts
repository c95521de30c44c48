import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests of one connection that may wait for the answers before theirs. */
const WAITING_LIMIT = 16;

interface Connection {
  answering: boolean;
  readonly waiting: (() => void)[];
}

/**
 * Lets a connection have one answer at a time: the next is not made before the client has taken the
 * one before, so that a client which sends a hundred requests and reads nothing fills no memory.
 */
export class Pipelines {
  private readonly connections = new WeakMap<Socket, Connection>();

  /**
   * Resolves to true when it is the turn of this answer, to false when the connection has ended. A
   * connection with too many requests is ended; its client has to expect that (RFC 9112 §9.3.2).
   */
  async turn(socket: Socket, response: ServerResponse): Promise<boolean> {
    const connection = this.connectionOf(socket);
    if (connection.answering) {
      if (connection.waiting.length >= WAITING_LIMIT) socket.destroy();
      else await new Promise<void>((resolve) => connection.waiting.push(resolve));
    }
    // Without a socket: the answer before was the last that its connection takes.
    if (socket.destroyed || response.socket === null) return false;
    connection.answering = true;
    response.once('close', () => {
      connection.answering = false;
      connection.waiting.shift()?.();
    });
    return true;
  }

  private connectionOf(socket: Socket): Connection {
    const known = this.connections.get(socket);
    if (known !== undefined) return known;
    const connection: Connection = { answering: false, waiting: [] };
    this.connections.set(socket, connection);
    socket.once('close', () => {
      for (const resume of connection.waiting.splice(0)) resume();
    });
    return connection;
  }
}
