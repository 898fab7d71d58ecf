// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/dialects/visslsettings.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;

/// VISSL's settings by their own names, and the scenarios of its documentation that fill them.
class VisslForm final : public QWidget
{
    Q_OBJECT

public:
    explicit VisslForm(QWidget *parent);
    /// Show settings. Emits no signal.
    void setSettings(const VisslSettings &settings);
    const VisslSettings &settings() const { return m_settings; }

Q_SIGNALS:
    void edited();
    /// The checkpoint that PARAMS_FILE names.
    void openRequested(const QString &path);

private:
    /// What the file is, which with the mode gives the prefix.
    enum class Source { Own, Trunk, ResNet };
    enum class Mode { Evaluate, FineTune };

    QComboBox *addChoice(const QString &label, const QString &name, const QStringList &texts, const QString &help);
    QLineEdit *addLine(const char *setting, const QString &hint, const QString &help);
    QCheckBox *addBox(const char *setting, const QString &help);
    void makeFlags();
    std::optional<Source> source() const;
    std::optional<Mode> mode() const;
    void choose(std::optional<Source> source, std::optional<Mode> mode, VisslSettings::Dialect dialect);
    void change(const char *setting, const QString &value);
    void showProblem(const QString &message);
    void refresh();

    VisslSettings m_settings;
    QGridLayout *m_grid;
    QComboBox *m_dialect;
    QComboBox *m_mode;
    QComboBox *m_source;
    QLineEdit *m_file;
    QPushButton *m_open;
    QLineEdit *m_key;
    QLineEdit *m_remove;
    QLineEdit *m_append;
    QLineEdit *m_skip;
    QCheckBox *m_evalMode, *m_freezeTrunk, *m_freezeAll, *m_evalHead, *m_pools, *m_assertHead;
    QLabel *m_problem;
    const QLineEdit *m_typed = nullptr; ///< while it is typed into: it stays as it is
};
