// What may be seen of an item, beside itself: one row each. A tab is a page of its own with an address of its own.
import type {JSX} from 'preact';
import {t} from '../../lib/words';
import type {Session} from '../session';
import type {Item} from './bank';
import {Edit} from './edit';
import {ReviewTab} from './life';
import {StatisticsTab} from './statistics';
import {TranslationTab} from './translate';
import {VersionsTab} from './versions';

export interface TabProps {
	item: Item;
	session: Session;
	reload(): Promise<void>; // the item has changed on the server
}

export interface Tab {
	name: string; // in the address: #/item/ID/LANGUAGE/NAME; the first row has ''
	title(): string;
	may(item: Item, session: Session): boolean;
	view(props: TabProps): JSX.Element;
}

export const tabs: Tab[] = [
	{name: '', title: () => t('author.tabItem'), may: () => true, view: Edit},
	{name: 'review', title: () => t('review.tabReview'), may: () => true, view: ReviewTab},
	{name: 'versions', title: () => t('review.tabVersions'), may: () => true, view: VersionsTab},
	{name: 'translation', title: () => t('review.tabTranslation'), may: () => true, view: TranslationTab},
	{name: 'statistics', title: () => t('review.tabStatistics'), may: () => true, view: StatisticsTab},
];
