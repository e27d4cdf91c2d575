package demo

import (
	"strings"

	"joo.kz/kelisim/internal/applicant"
)

// Given and family names are drawn independently of each other: whoever bears
// such a name does so by chance. Family names and patronymics are stems, which get
// the ending of the sex.
const (
	kazakhMen = `Абай Алдияр Алихан Алмас Аманжол Арман Арсен Асқар Әбілқайыр Әділ Әлішер Бауыржан Бекзат Біржан
		Дамир Дархан Дәурен Диас Ерасыл Ержан Ерсұлтан Жандос Жансерік Жиһангер Ғалым Ғани Ілияс Қайсар Қанат
		Қуаныш Мағжан Мадияр Мейіржан Мұстафа Нұрасыл Нұрбол Нұржан Нұрсұлтан Олжас Өркен Расул Рүстем Саян
		Сұңғат Сырым Тамерлан Темірлан Төлеген Ұлан Шаһзада Шыңғыс Ысқақ`
	kazakhWomen = `Адема Ажар Айару Айгерім Айжан Айкөркем Айым Ақбота Аружан Арайлым Асылзат Ақниет Әдемі Әйгерім
		Әсел Балжан Баян Бибігүл Гауһар Гүлжаһан Гүлназ Дана Дариға Диана Ерке Жанель Жания Жансая Жібек Зере Зүһра
		Іңкәр Камила Қарлығаш Қызжібек Лаура Мадина Мөлдір Назерке Назым Нұрай Нұрила Өрім Салтанат Сабина Сәуле
		Томирис Ұлжан Ұлпан Шолпан Шырайлым`
	kazakhFamilyNames = `Абдуллаев Ақанов Алтаев Аманов Асанов Ахметов Әбдірахманов Әбенов Әлиев Байжанов Байтұрсынов
		Бекенов Бекмұратов Ғабдуллин Ғалиев Дәулетов Дүйсенов Ержанов Есенов Жақыпов Жандосов Жұмабеков Жүнісов Ибраев
		Ілиясов Исаев Кәрімов Көшербаев Қалиев Қасымов Қожахметов Құрманов Мамыров Махамбетов Молдабеков Мұқанов
		Мұсаев Нұрғалиев Нұрланов Нұрпейісов Оразов Оңғаров Омаров Өмірбеков Өтегенов Рахимов Садықов Сапаров Сәрсенов
		Сейітов Серіков Смағұлов Сүлейменов Тәжібаев Темірханов Тоқтаров Төлегенов Тұрсынов Үсенов Хасенов Шәріпов
		Ыбыраев Ысқақов`
	kazakhFathers = `Абай Арман Асқар Асхат Әділ Бақыт Бауыржан Берік Болат Бекзат Дархан Дәурен Ғалым Ерлан Ержан
		Ермек Жандос Жомарт Қайрат Қанат Қуаныш Марат Мұрат Нұрбол Нұржан Нұрлан Олжас Өмірбек Рүстем Самат Серік
		Талғат Төлеген Ұлан Ілияс`
	kazakhFathersInRussian = `Асхатов Бауржанов Болатов Данияров Даулетов Ерланов Ермеков Кайратов Канатов Маратов
		Муратов Нурланов Русланов Сериков Талгатов`
	russianMen = `Александр Алексей Андрей Антон Арсений Артём Богдан Вадим Виктор Владимир Глеб Григорий Даниил Денис
		Дмитрий Евгений Егор Иван Игорь Илья Кирилл Константин Лев Максим Марк Матвей Михаил Никита Николай Олег Павел
		Роман Сергей Степан Тимофей Фёдор Юрий Ярослав`
	russianWomen = `Алина Алиса Анастасия Анна Валерия Варвара Вера Вероника Виктория Галина Дарья Диана Ева Евгения
		Екатерина Елена Елизавета Зоя Инна Ирина Кира Кристина Ксения Лидия Маргарита Мария Милана Надежда Наталья
		Нина Ольга Полина Светлана София Татьяна Ульяна Юлия Яна`
	russianFamilyNames = `Абрамов Алексеев Андреев Антонов Баранов Белов Беляев Богданов Борисов Васильев Виноградов
		Волков Воробьёв Гаврилов Голубев Григорьев Громов Гусев Давыдов Денисов Егоров Ершов Ефимов Жуков Зайцев Захаров
		Иванов Ильин Киселёв Ковалёв Козлов Комаров Крылов Кузнецов Лебедев Макаров Медведев Миронов Морозов Никитин
		Новиков Орлов Павлов Петров Поляков Романов Семёнов Сидоров Соколов Степанов Тарасов Титов Фёдоров Филиппов
		Фомин Фролов Чернов Шевцов Щербаков Яковлев`
	russianFathers = `Александров Алексеев Анатольев Андреев Борисов Вадимов Валерьев Викторов Владимиров Геннадьев
		Дмитриев Евгеньев Иванов Игорев Константинов Михайлов Николаев Олегов Павлов Петров Романов Сергеев Юрьев`
)

// people is what a people's names are made of.
type people struct {
	men, women, familyNames []string
	fathers                 []patronymic
}

// patronymic is a father's name with the endings for a son and a daughter.
type patronymic struct{ stem, son, daughter string }

func kazakhs() people {
	native := patronymics(kazakhFathers, "ұлы", "қызы")
	return people{
		men: strings.Fields(kazakhMen), women: strings.Fields(kazakhWomen),
		familyNames: append(strings.Fields(kazakhFamilyNames), "Серікбай", "Нұрлыбек", "Әуезхан", "Һамза"),
		fathers:     append(native, patronymics(kazakhFathersInRussian, "ич", "на")...),
	}
}

func russians() people {
	return people{
		men: strings.Fields(russianMen), women: strings.Fields(russianWomen),
		familyNames: strings.Fields(russianFamilyNames),
		fathers:     patronymics(russianFathers, "ич", "на"),
	}
}

func patronymics(stems, son, daughter string) []patronymic {
	var all []patronymic
	for _, stem := range strings.Fields(stems) {
		all = append(all, patronymic{stem, son, daughter})
	}
	return all
}

// name draws a given name, a family name and a patronymic.
func (p people) name(s source, sex applicant.Sex) (given, family, patronym string) {
	father := pick(s, p.fathers)
	familyName := pick(s, p.familyNames)
	if sex == applicant.SexMale {
		return pick(s, p.men), familyName, father.stem + father.son
	}
	return pick(s, p.women), feminine(familyName), father.stem + father.daughter
}

// feminine is the form of a family name that a woman bears: family names in -ов, -ев and
// -ин take an ending, others do not.
func feminine(familyName string) string {
	for _, ending := range []string{"ов", "ев", "ёв", "ин"} {
		if strings.HasSuffix(familyName, ending) {
			return familyName + "а"
		}
	}
	return familyName
}
