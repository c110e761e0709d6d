import type { PageLoad } from './$types';

export const load: PageLoad = ({ url }) => ({ selector: url.searchParams.get('selector') ?? '' });
