import {addActs} from './result';

addActs();
