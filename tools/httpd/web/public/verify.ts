import {addActs} from './result';
import {addScan} from './scan';

addActs();
addScan();
