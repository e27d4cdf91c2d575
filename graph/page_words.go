package graph

import "joo.kz/kelisim/internal/applicant"

// pageWords are what the page of the policy says around the text.
type pageWords struct {
	Title, Languages, Version, Versions, InForceFrom, Address, OnlyRussian string
	Changes, NoChanges, Clause, Preamble, Was, Is, Widens, NotWider        string
	Compare, InForce, ToCome, Past                                         string
}

func wordsIn(l applicant.Language) pageWords {
	switch l {
	case applicant.LanguageKk:
		return pageWords{
			Title: "Құпиялылық саясаты", Languages: "Тіл", Version: "Нұсқа", Versions: "Барлық нұсқалар",
			InForceFrom: "күшіне енеді:", Address: "Жарияланған жері", OnlyRussian: "Бұл нұсқаның қазақша мәтіні жоқ: төменде орысша мәтін берілген.",
			Changes: "Салыстырылған нұсқа:", NoChanges: "Мәтін өзгермеген.", Clause: "Тармақ", Preamble: "Кіріспе", Was: "Болған:", Is: "Болды:",
			Widens:   "Бұл нұсқа деректерді бұрынғыдан кеңірек оқуға жол береді. Ол қабылданғанша бұл сізге қолданылмайды.",
			NotWider: "Бұл нұсқа деректерді бұрынғыдан кеңірек оқуға жол бермейді.",
			Compare:  "салыстыру: нұсқа", InForce: "қолданыста", ToCome: "әлі күшіне енген жоқ", Past: "күшін жойған",
		}
	case applicant.LanguageRu:
		return pageWords{
			Title: "Политика конфиденциальности", Languages: "Язык", Version: "Редакция", Versions: "Все редакции",
			InForceFrom: "действует с", Address: "Размещена по адресу", OnlyRussian: "Текст этой редакции есть только на русском языке.",
			Changes: "Изменения по сравнению с редакцией", NoChanges: "Текст не изменился.", Clause: "Пункт", Preamble: "Вступление", Was: "Было:", Is: "Стало:",
			Widens:   "Эта редакция допускает больше, чем та. Пока вы её не приняли, к вам это не применяется.",
			NotWider: "Эта редакция не допускает ничего, чего не допускала та.",
			Compare:  "сравнить с редакцией", InForce: "действует", ToCome: "ещё не вступила в силу", Past: "утратила силу",
		}
	default:
		return pageWords{
			Title: "Privacy policy", Languages: "Language", Version: "Version", Versions: "All versions",
			InForceFrom: "in force from", Address: "Published at", OnlyRussian: "This version has no text in English: below is the Russian one.",
			Changes: "Changes since version", NoChanges: "The text is the same.", Clause: "Clause", Preamble: "Preamble", Was: "Was:", Is: "Is:",
			Widens:   "This version allows more than that one. Until you accept it, that does not apply to you.",
			NotWider: "This version allows nothing that that one did not.",
			Compare:  "compare with version", InForce: "in force", ToCome: "not in force yet", Past: "no longer in force",
		}
	}
}
