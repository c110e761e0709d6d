/** The media type of a Content-Type header, without parameters, in lower case; empty when there is none. */
export function mediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** Whether an Accept-Encoding header permits gzip (RFC 9110 §12.5.3): named or covered by `*`, and not with q=0. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  let anyOther = false;
  for (const item of (acceptEncoding ?? '').split(',')) {
    const [coding = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    const wanted = quality === undefined || Number(quality.slice(2)) > 0;
    if (coding === 'gzip' || coding === 'x-gzip') return wanted;
    if (coding === '*') anyOther = wanted;
  }
  return anyOther;
}
