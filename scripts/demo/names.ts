/** Names, with their ASCII form after a colon where removing accents is not enough. */
export interface Culture {
  language: string;
  countries: string[];
  given: string;
  family: string;
  /** How to combine a full name. The default is given name, space, family name. */
  join?: (given: string, family: string) => string;
}

const familyFirst = (given: string, family: string): string => `${family} ${given}`;
const familyFirstUnspaced = (given: string, family: string): string => `${family}${given}`;

export const CULTURES: Culture[] = [
  {
    language: 'en',
    countries: ['GB', 'US', 'CA', 'AU', 'NZ', 'IE'],
    given: 'Olivia,Amelia,Grace,Hannah,Ruth,Jack,Oliver,Thomas,Samuel,Arthur,Desmond,Keisha',
    family: "Smith,Taylor,Walker,Hughes,O'Brien,Campbell,Bennett,Clarke,Murphy,Lloyd-Jones,Reid",
  },
  {
    language: 'es',
    countries: ['ES', 'MX', 'AR', 'CO', 'CL', 'PE'],
    given: 'Lucía,Sofía,Inés,Valentina,Ximena,Mateo,José,Andrés,Joaquín,Íñigo,Santiago',
    family: 'García López,Muñoz,Fernández,Ibáñez,Núñez,Gutiérrez,Rojas,Domínguez,Peña,Salazar',
  },
  {
    language: 'pt',
    countries: ['BR', 'PT', 'AO'],
    given: 'Ana,Beatriz,Luísa,Conceição,Iara,João,Tomás,Antônio,Caio,Estêvão',
    family: 'Silva,dos Santos,Gonçalves,Araújo,Magalhães,Oliveira,Simões,Brandão,Pereira',
  },
  {
    language: 'fr',
    countries: ['FR', 'BE', 'CA', 'CH', 'SN'],
    given: 'Chloé,Zoé,Anaïs,Élise,Aminata,Rémi,Théo,François,Jean-Luc,Loïc',
    family: 'Lefèvre,Dubois,Bélanger,Moreau,Garçon,Le Goff,Diop,Noël,Château,Rousseau',
  },
  {
    language: 'de',
    countries: ['DE', 'AT', 'CH'],
    given: 'Jürgen:Juergen,Anke,Lena,Käthe:Kaethe,Sophie,Björn:Bjoern,Karl,Jörg:Joerg,Mia,Emil',
    family: 'Müller:Mueller,Weiß:Weiss,Schröder:Schroeder,von Bergen,Krüger:Krueger,Huber,Vogt',
  },
  {
    language: 'pl',
    countries: ['PL'],
    given:
      'Łucja:Lucja,Zofia,Agnieszka,Małgorzata:Malgorzata,Paweł:Pawel,Jakub,Stanisław:Stanislaw',
    family: 'Wójcik,Kowalczyk,Żak,Dąbrowski,Wiśniewska,Gołąb:Golab,Szczęsny,Zając',
  },
  {
    language: 'sv',
    countries: ['SE', 'FI'],
    given: 'Åsa,Märta,Linnéa,Ebba,Gösta,Björn,Håkan,Nils,Östen',
    family: 'Lindström,Åkesson,Sjöberg,Öberg,Nyström,Hägg,Ekman,Wallin',
  },
  {
    language: 'tr',
    countries: ['TR'],
    given: 'Ayşe,Çiğdem,Gülşen,Zeynep,İbrahim,Işık:Isik,Özgür,Yiğit,Emre',
    family: 'Yılmaz:Yilmaz,Öztürk,Şahin,Çelik,Kılıç:Kilic,Güneş,Doğan,Aydın:Aydin',
  },
  {
    language: 'vi',
    countries: ['VN'],
    given: 'Thị Hương,Minh Anh,Ngọc Ánh,Văn Đức:Van Duc,Quốc Bảo,Thùy Linh,Hữu Phước',
    family: 'Nguyễn,Trần,Lê,Phạm,Hoàng,Đặng:Dang,Bùi,Võ',
    join: familyFirst,
  },
  {
    language: 'uk',
    countries: ['UA'],
    given: 'Ольга:Olha,Оксана:Oksana,Ірина:Iryna,Тарас:Taras,Андрій:Andrii,Євген:Yevhen',
    family:
      'Шевченко:Shevchenko,Бондар:Bondar,Ткачук:Tkachuk,Їжак:Yizhak,Коваль:Koval,Лисенко:Lysenko',
  },
  {
    language: 'bg',
    countries: ['BG'],
    given: 'Мария:Mariya,Елена:Elena,Цветана:Tsvetana,Георги:Georgi,Димитър:Dimitar,Явор:Yavor',
    family: 'Петров:Petrov,Димова:Dimova,Стоянов:Stoyanov,Ангелова:Angelova,Жеков:Zhekov',
  },
  {
    language: 'el',
    countries: ['GR', 'CY'],
    given: 'Ελένη:Eleni,Μαρία:Maria,Δέσποινα:Despoina,Γιώργος:Giorgos,Νίκος:Nikos,Θάνος:Thanos',
    family: 'Παπαδάκη:Papadaki,Γεωργίου:Georgiou,Ιωάννου:Ioannou,Ξενάκη:Xenaki',
  },
  {
    language: 'ar',
    countries: ['EG', 'MA', 'JO', 'AE', 'SA'],
    given:
      'فاطمة:Fatima,ليلى:Layla,مريم:Maryam,نور:Nour,أحمد:Ahmad,يوسف:Yusuf,عمر:Omar,خالد:Khalid',
    family: 'حداد:Haddad,المصري:Elmasri,منصور:Mansour,العلوي:Alaoui,خوري:Khoury,السيد:Elsayed',
  },
  {
    language: 'he',
    countries: ['IL'],
    given: 'נועה:Noa,תמר:Tamar,יעל:Yael,דוד:David,איתן:Eitan,אורי:Uri',
    family: 'כהן:Cohen,לוי:Levi,מזרחי:Mizrahi,פרידמן:Friedman,ברק:Barak',
  },
  {
    language: 'hi',
    countries: ['IN'],
    given: 'प्रिया:Priya,अनन्या:Ananya,सुनीता:Sunita,अर्जुन:Arjun,राहुल:Rahul,विक्रम:Vikram,मीरा:Meera',
    family: 'शर्मा:Sharma,गुप्ता:Gupta,पटेल:Patel,वर्मा:Verma,सिंह:Singh,जोशी:Joshi',
  },
  {
    language: 'ja',
    countries: ['JP'],
    given: '陽菜:Hina,美咲:Misaki,さくら:Sakura,結衣:Yui,蓮:Ren,大翔:Hiroto,健太:Kenta,翔:Sho',
    family:
      '佐藤:Sato,鈴木:Suzuki,高橋:Takahashi,田中:Tanaka,渡辺:Watanabe,山本:Yamamoto,小林:Kobayashi',
    join: familyFirst,
  },
  {
    language: 'ko',
    countries: ['KR'],
    given: '서연:Seoyeon,지우:Jiwoo,하은:Haeun,민준:Minjun,도윤:Doyun,현우:Hyunwoo,수빈:Subin',
    family: '김:Kim,이:Lee,박:Park,최:Choi,정:Jung,강:Kang,윤:Yoon',
    join: familyFirstUnspaced,
  },
  {
    language: 'zh',
    countries: ['CN', 'TW', 'SG'],
    given: '伟:Wei,芳:Fang,秀英:Xiuying,静:Jing,明轩:Mingxuan,雨桐:Yutong,浩然:Haoran,丽:Li',
    family: '王:Wang,李:Li,张:Zhang,刘:Liu,陈:Chen,杨:Yang,赵:Zhao,欧阳:Ouyang',
    join: familyFirstUnspaced,
  },
  {
    language: 'sw',
    countries: ['KE', 'TZ'],
    given: 'Amani,Neema,Zawadi,Wanjiru,Juma,Baraka,Otieno,Imani',
    family: "Mwangi,Kamau,Njoroge,Achieng,Mushi,Ochieng',Ng'ang'a,Wekesa",
  },
];
