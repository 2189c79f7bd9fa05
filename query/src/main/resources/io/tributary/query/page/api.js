// Calls of /api/v1. The access key stays in this tab.

const KEY = 'tributary-key';

export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function rememberKey(key) {
  sessionStorage.setItem(KEY, key);
}

export function hasKey() {
  return sessionStorage.getItem(KEY) !== null;
}

/** The JSON at `path`; `parameters` are pairs of name and value. */
export async function call(path, parameters = [], signal = undefined) {
  const key = sessionStorage.getItem(KEY);
  const query = new URLSearchParams(parameters).toString();
  const response = await fetch(`api/v1/${path}${query ? `?${query}` : ''}`, {
    headers: key ? { Authorization: `Bearer ${key}` } : {},
    signal,
  });
  const body = await response.json().catch(() => ({}));
  if (!response.ok) {
    const { code = 'unavailable', message = `The server answered ${response.status}.` } = body.error ?? {};
    throw new ApiError(response.status, code, message);
  }
  return body;
}
