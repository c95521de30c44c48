/** What is sent back to one request. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Why a request to the API failed, in the words of Prometheus's API. */
export type ApiErrorType = 'bad_data' | 'not_found' | 'forbidden' | 'unavailable' | 'internal';

const API_STATUS: Readonly<Record<ApiErrorType, number>> = {
  bad_data: 400,
  forbidden: 403,
  not_found: 404,
  internal: 500,
  unavailable: 503,
};

export function textAnswer(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${text}\n`, headers };
}

/** `{"status":"success","data":…}`, as Prometheus's API answers. */
export function apiAnswer(data: unknown): Answer {
  return jsonAnswer(200, { status: 'success', data });
}

export function apiError(errorType: ApiErrorType, error: string): Answer {
  return jsonAnswer(API_STATUS[errorType], { status: 'error', errorType, error });
}

function jsonAnswer(status: number, value: unknown): Answer {
  return { status, type: 'application/json', body: `${JSON.stringify(value)}\n` };
}
