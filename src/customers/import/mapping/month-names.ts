import { foldedWord, namedMonth } from './calendar-names.js';

/**
 * The months in the languages of spreadsheets, in full and shortened, in small letters without accents.
 * Words that mean two months are left out: listopad is October in Croatian and November in Polish.
 */
const MONTHS = [
  `january janvier janv enero ene gennaio gen janeiro januari tammikuu tammikuuta tammi styczen stycznia
    sty leden ledna led ocak oca январь января янв січень січня січ ianuarie ian ιανουαριου ιαν`,
  `february fevrier fevr febrero febbraio fevereiro fev februari helmikuu helmikuuta helmi luty lutego lut
    unor unora uno subat sub февраль февраля февр лютии лютого лют februarie φεβρουαριου φεβ`,
  `march marz mars marzo marco maart mrt marts maaliskuu maaliskuuta maalis marzec marca brezen brezna bre
    mart март марта мар березень березня бер marcius martie μαρτιου μαρ`,
  `april avril avr abril abr aprile huhtikuu huhtikuuta huhti kwiecien kwietnia kwi duben dubna dub nisan
    nis апрель апреля апр квітень квітня квіт aprilis aprilie απριλιου απρ`,
  `may mai mayo maggio mag maio mei maj toukokuu toukokuuta touko maja kveten kvetna kve mayıs маи мая
    травень травня трав majus μαιου μαι`,
  `june juni juin junio giugno giu junho kesakuu kesakuuta kesa czerwiec czerwca cze cerven cervna cvn
    haziran haz июнь июня июн червень червня черв junius iunie iun ιουνιου ιουν`,
  `july juli juillet juil julio luglio lug julho heinakuu heinakuuta heina lipiec lipca cervenec cervence
    cvc temmuz tem июль июля июл липень липня лип julius iulie iul ιουλιου ιουλ`,
  `august aout aou agosto ago augustus augusti elokuu elokuuta elo sierpien sierpnia sie srpen srpna agustos
    agu август августа авг серпень серпня серп augusztus αυγουστου αυγ`,
  `september septembre septiembre settembre set setembro syyskuu syyskuuta syys wrzesien wrzesnia wrz zari
    zar eylul eyl сентябрь сентября сент вересень вересня вер szeptember szept septembrie σεπτεμβριου σεπ`,
  `october oktober okt octobre octubre ottobre ott outubro out lokakuu lokakuuta loka pazdziernik
    pazdziernika paz rijen rijna rij ekim eki октябрь октября окт жовтень жовтня жовт octombrie οκτωβριου
    οκτ`,
  `november novembre noviembre novembro marraskuu marraskuuta marras kasım kas ноябрь ноября нояб листопада
    noiembrie νοεμβριου νοε`,
  `december dezember dez decembre diciembre dic dicembre dezembro joulukuu joulukuuta joulu grudzien
    grudnia gru prosinec prosince pro aralık ara декабрь декабря дек грудень грудня груд decembrie
    δεκεμβριου δεκ`,
].map((names) => names.split(/\s+/));

/** English names may be shortened in any way: Sep, Sept. */
const ENGLISH = MONTHS.map(([name = '']) => name);

/** @returns the number of the month, or undefined when the text is no name of one */
export function monthOf(text: string): number | undefined {
  const name = foldedWord(text);
  if (name.length < 2) return undefined;
  const isShortened = (known: string) => name.length > 2 && known.startsWith(name);
  const english = ENGLISH.findIndex(isShortened);
  const index = english === -1 ? MONTHS.findIndex((names) => names.includes(name)) : english;
  return index === -1 ? namedMonth(name) : index + 1;
}
