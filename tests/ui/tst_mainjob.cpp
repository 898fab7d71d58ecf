// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/formats.h"
#include "tests/support/picklebuilder.h"
#include "tests/support/zipbuilder.h"
#include "tests/ui/testfiles.h"
#include "tests/ui/windowtest.h"
#include "ui/chipbar.h"
#include "ui/keytreeview.h"
#include "ui/savedialog.h"
#include "ui/targetbox.h"

#include <QComboBox>
#include <QDropEvent>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QTest>
#include <QToolButton>

using namespace Qt::StringLiterals;

namespace {
struct Saved
{
    const char *name;
    std::vector<qint64> shape;
};

const std::vector<Saved> network = {
    {"conv1.weight", {4, 3, 2, 2}}, {"layer.0.weight", {4, 4}}, {"layer.1.weight", {4, 4}},
    {"fc.weight", {2, 4}},          {"fc.bias", {2}},
};

/// What every byte of a tensor is: `state_dict` counts from 1, `state_dict_ema` from 101.
char fillOf(std::size_t tensor, bool isEma)
{
    return char((isEma ? 101 : 1) + tensor);
}

std::string shapePickle(const std::vector<qint64> &sizes)
{
    PickleBuilder pickle;
    pickle.raw("(");
    for (const qint64 size : sizes)
        pickle.integer(size);
    return pickle.raw("t").bytesSoFar();
}

/// A run as a training script leaves it: {'epoch': 3, 'state_dict': …, 'state_dict_ema': …}, both wrapped by DDP.
bool writeRun(const QString &path)
{
    PickleBuilder pickle;
    std::vector<std::string> storages;
    pickle.proto().raw("}(").text("epoch").integer(3);
    for (const bool isEma : {false, true}) {
        pickle.text(isEma ? "state_dict_ema" : "state_dict").raw("}(");
        for (std::size_t at = 0; at < network.size(); ++at) {
            const std::vector<qint64> &shape = network[at].shape;
            std::vector<qint64> strides(shape.size(), 1);
            for (std::size_t axis = shape.size() - 1; axis > 0; --axis)
                strides[axis - 1] = strides[axis] * shape[axis];
            const qint64 elements = strides.front() * shape.front();
            pickle.text(std::string("module.") + network[at].name)
                .tensor("FloatStorage", std::to_string(storages.size()), elements, 0,
                        PickleBuilder().raw(shapePickle(shape)), PickleBuilder().raw(shapePickle(strides)));
            storages.emplace_back(std::size_t(4 * elements), fillOf(at, isEma));
        }
        pickle.raw("u");
    }
    ZipBuilder zip;
    zip.addLikeTorch("run/data.pkl", pickle.raw("u").stop());
    for (std::size_t at = 0; at < storages.size(); ++at)
        zip.addLikeTorch("run/data/" + std::to_string(at), storages[at]);
    zip.addLikeTorch("run/version", "3\n");
    QFile file(path);
    const std::string bytes = zip.bytes();
    return file.open(QIODevice::WriteOnly) && file.write(bytes.data(), qint64(bytes.size())) == qint64(bytes.size());
}

/// "name: byte" of each tensor of a file, in its order.
QStringList contentsOf(const QString &path)
{
    Progress progress;
    const auto opened = openCheckpoint(path, progress);
    if (!opened)
        return {opened.error().message};
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {file.errorString()};
    QStringList all;
    for (const Tensor &tensor : (*opened)->tensors()) {
        file.seek((*opened)->storage(tensor).offset + tensor.byteOffset);
        const QByteArray bytes = file.read(Checkpoint::byteCount(tensor));
        const bool isEven = !bytes.isEmpty() && bytes.count(bytes.front()) == bytes.size();
        all << u"%1: %2"_s.arg(QString::fromUtf8(tensor.name.data(), qsizetype(tensor.name.size())))
                   .arg(isEven ? int(static_cast<unsigned char>(bytes.front())) : -1);
    }
    all.sort();
    return all;
}
}

/// The main job, whole, once with the mouse and once with the keyboard alone: a checkpoint wrapped by DDP, with the
/// averaged weights in a second root, is brought to a complete fit and saved. On the way a wrong step is found and
/// undone. With the mouse, only texts are typed.
class TestMainJob : public WindowTest
{
    Q_OBJECT

private:
    KeyTreeView *tree() const { return find<KeyTreeView>("keyTree"); }
    QString fit() const
    {
        const Fit &fit = *document().fit();
        return u"%1 loaded, %2 missing, %3 unexpected%4"_s.arg(fit.loaded)
            .arg(fit.missing)
            .arg(fit.unexpected)
            .arg(fit.complete ? u", complete"_s : QString());
    }
    QString current() const { return tree()->currentIndex().data(KeyTreeModel::TargetNameRole).toString(); }

    // By mouse.
    void click(QWidget *widget)
    {
        QVERIFY(widget && widget->isVisible() && widget->isEnabled());
        QTest::mouseClick(widget, Qt::LeftButton, {}, widget->rect().center());
    }
    void drop(QWidget *onto, const QString &file)
    {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file)});
        const QPoint at(5, 5);
        QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(onto, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event(at, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(onto, &event);
    }
    void clickItem(QAbstractItemView *view, const QModelIndex &index)
    {
        QVERIFY(index.isValid());
        QTRY_VERIFY(view->isVisible());
        view->scrollTo(index);
        const QPoint at = view->visualRect(index).center();
        QTest::mouseMove(view->viewport(), at);
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, at);
    }
    void clickStep(const QString &kind)
    {
        click(find<QPushButton>("addStepButton"));
        auto *list = find<QListWidget>("paletteList");
        const auto items = list->findItems(kind, Qt::MatchFixedString);
        QVERIFY2(items.size() == 1, qPrintable(kind));
        clickItem(list, list->model()->index(list->row(items.front()), 0));
    }
    /// Type into the visible field of the form that is open, after a click into it.
    void fill(const QString &field, const QString &text)
    {
        QLineEdit *line = nullptr;
        const auto isThere = [&] {
            for (QWidget *editor : m_window->findChildren<QWidget *>(u"field-"_s + field))
                line = editor->isVisible() ? editor->findChild<QLineEdit *>() : line;
            return line != nullptr;
        };
        QVERIFY2(QTest::qWaitFor(isThere), qPrintable(field));
        click(line);
        QTest::keyClicks(line, text);
    }
    ChipButton *chip(const QString &word) const
    {
        for (ChipButton *button : m_window->findChildren<ChipButton *>()) {
            if (button->text() == word)
                return button;
        }
        return nullptr;
    }
    QToolButton *buttonOf(const QString &action) const
    {
        for (QToolButton *button : m_window->findChildren<QToolButton *>()) {
            if (button->isVisible() && button->defaultAction() && button->defaultAction()->objectName() == action)
                return button;
        }
        return nullptr;
    }

    // By keyboard: always to whatever has it. The window gets it back from a dialog or a popup that goes, as a window
    // manager does.
    QWidget *keyboard() const
    {
        if (!QApplication::activeWindow() || !QApplication::activeWindow()->isVisible())
            m_window->activateWindow();
        if (!QTest::qWaitFor([] { return QApplication::focusWidget(); }))
            qWarning("nothing has the keyboard");
        return QApplication::focusWidget();
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(keyboard(), key, modifiers); }
    void type(const QString &text) { QTest::keyClicks(keyboard(), text); }
    void addStep(const QString &search)
    {
        press(Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_COMPARE(keyboard()->objectName(), u"paletteSearch"_s);
        type(search);
        press(Qt::Key_Return);
    }
    void addRename(const QString &prefix, const QString &to)
    {
        addStep(u"rename"_s);
        QTRY_VERIFY(qobject_cast<QLineEdit *>(keyboard()) && keyboard()->isVisible()
                    && keyboard()->objectName() != u"paletteSearch"_s);
        type(prefix);
        press(Qt::Key_Tab);
        type(to);
    }
    /// Tab until the keyboard is there.
    void tabTo(const QString &name)
    {
        constexpr int most = 60;
        for (int i = 0; i < most && keyboard()->objectName() != name; ++i)
            press(Qt::Key_Tab);
        QCOMPARE(keyboard()->objectName(), name);
    }

    void compareSaved()
    {
        QStringList expected;
        for (std::size_t at = 0; at < network.size(); ++at) {
            QString name = QString::fromLatin1(network[at].name);
            name.replace(u"fc."_s, u"head."_s);
            expected << u"%1: %2"_s.arg(name).arg(int(fillOf(at, true)));
        }
        expected.sort();
        QCOMPARE(contentsOf(path("fitted.safetensors")), expected);
        QVERIFY(QFile::remove(path("fitted.safetensors")));
    }

private Q_SLOTS:
    void initTestCase()
    {
        prepare(u"mainjob-test"_s);
        QVERIFY(writeRun(path("run.pth")));
        QVERIFY(
            writeManifest(path("net.json"),
                          {u"conv1.weight float32 4x3x2x2"_s, u"layer.0.weight float32 4x4"_s,
                           u"layer.1.weight float32 4x4"_s, u"head.weight float32 2x4"_s, u"head.bias float32 2"_s}));
    }
    void init() { openWindow(); }
    void cleanup() { m_window.reset(); }

    void byMouse()
    {
        drop(m_window.get(), path("run.pth"));
        QTRY_VERIFY(document().plan() && document().checkpoint());
        settle();
        QCOMPARE(find<QComboBox>("rootChooser")->currentText(), u"state_dict_ema"_s); // as timm prefers
        for (const char *root : {"state_dict", "state_dict_ema"}) {
            auto *roots = find<QComboBox>("rootChooser");
            click(roots);
            clickItem(roots->view(), roots->model()->index(roots->findText(QString::fromLatin1(root)), 0));
            QTRY_COMPARE(document().rootPath().value_or(std::string()), std::string(root));
            settle();
        }
        drop(find<TargetBox>("targetBox"), path("net.json"));
        QTRY_VERIFY(document().fit().has_value());
        settle();
        QCOMPARE(fit(), u"0 loaded, 5 missing, 5 unexpected"_s);

        clickStep(u"Strip wrappers"_s);
        QTRY_COMPARE(fit(), u"3 loaded, 2 missing, 2 unexpected"_s);
        settle();

        // The wrong one: the fit does not move, and the missing keys are not those that came.
        clickStep(u"Rename"_s);
        fill(u"prefix"_s, u"fc."_s);
        fill(u"to"_s, u"haed."_s);
        settle();
        QCOMPARE(fit(), u"3 loaded, 2 missing, 2 unexpected"_s);
        click(chip(u"Unexpected"_s));
        settle();
        const QModelIndex unexpected = tree()->model()->index(0, 0);
        clickItem(tree(), unexpected);
        QVERIFY2(current().contains(u"haed"_s), qPrintable(current()));
        click(buttonOf(u"undo"_s));
        QCOMPARE(sentences().size(), 1);
        settle();
        click(chip(u"All"_s));

        clickStep(u"Rename"_s);
        fill(u"prefix"_s, u"fc."_s);
        fill(u"to"_s, u"head."_s);
        QTRY_COMPARE(fit(), u"5 loaded, 0 missing, 0 unexpected, complete"_s);
        settle();

        click(find<QPushButton>("saveButton"));
        auto *dialog = m_window->findChild<SaveDialog *>();
        QTRY_VERIFY(dialog && dialog->isVisible());
        auto *line = dialog->findChild<QLineEdit *>(u"savePath"_s);
        QTest::mouseDClick(line, Qt::LeftButton, {}, line->rect().center());
        line->selectAll();
        QTest::keyClicks(line, path("fitted.safetensors"));
        auto *start = dialog->findChild<QPushButton *>(u"saveStart"_s);
        QTRY_VERIFY2(start->isEnabled(), qPrintable(start->toolTip()));
        click(start);
        QTRY_VERIFY(dialog->findChild<QLabel *>(u"saveResult"_s)->isVisible());
        compareSaved();
    }

    void byKeyboard()
    {
        QTest::keyClick(m_window.get(), Qt::Key_O, Qt::ControlModifier);
        QTRY_VERIFY(qobject_cast<QFileDialog *>(QApplication::activeWindow()));
        type(path("run.pth"));
        press(Qt::Key_Return);
        QTRY_VERIFY(document().plan() && document().checkpoint());
        settle();
        tabTo(u"rootChooser"_s);
        press(Qt::Key_Down);
        QTRY_COMPARE(document().rootPath().value_or(std::string()), std::string("state_dict"));
        settle();
        press(Qt::Key_Down);
        QTRY_COMPARE(document().rootPath().value_or(std::string()), std::string("state_dict_ema"));
        settle();
        tabTo(u"targetBox"_s);
        type(path("net.json"));
        press(Qt::Key_Return);
        QTRY_VERIFY(document().fit().has_value());
        settle();
        QCOMPARE(fit(), u"0 loaded, 5 missing, 5 unexpected"_s);

        addStep(u"strip"_s);
        QTRY_COMPARE(fit(), u"3 loaded, 2 missing, 2 unexpected"_s);
        settle();

        addRename(u"fc."_s, u"haed."_s);
        settle();
        QCOMPARE(fit(), u"3 loaded, 2 missing, 2 unexpected"_s);
        QStringList differences;
        for (int i = 0; i < 4; ++i) {
            press(Qt::Key_F8);
            differences << current();
        }
        QVERIFY2(differences.contains(u"haed.weight"_s), qPrintable((differences + sentences()).join(u", "_s)));
        press(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(sentences().size(), 1);
        settle();

        addRename(u"fc."_s, u"head."_s);
        QTRY_COMPARE(fit(), u"5 loaded, 0 missing, 0 unexpected, complete"_s);
        settle();

        press(Qt::Key_S, Qt::ControlModifier | Qt::ShiftModifier);
        auto *dialog = m_window->findChild<SaveDialog *>();
        QTRY_VERIFY(dialog && dialog->isActiveWindow() && QApplication::focusWidget());
        tabTo(u"savePath"_s);
        press(Qt::Key_A, Qt::ControlModifier);
        type(path("fitted.safetensors"));
        QTRY_VERIFY(dialog->findChild<QPushButton *>(u"saveStart"_s)->isEnabled());
        tabTo(u"saveStart"_s);
        press(Qt::Key_Space);
        QTRY_VERIFY(dialog->findChild<QLabel *>(u"saveResult"_s)->isVisible());
        compareSaved();
    }
};

QTEST_MAIN(TestMainJob)
#include "tst_mainjob.moc"
